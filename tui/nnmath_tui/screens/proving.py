"""A driving screen that can be asked whether its numbers are right, and what is wrong with them."""

from __future__ import annotations

from dataclasses import replace

from nnmath_engine.doctor import Finding, examine
from textual.reactive import var

from nnmath_tui.consultation import Consultation
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.messages import Answered, ChangeRequested, SnapshotReady
from nnmath_tui.proof import Lamp
from nnmath_tui.screens.driving import DrivingScreen
from nnmath_tui.share import Share
from nnmath_tui.views.notice import Notice


class ProvingScreen(DrivingScreen):
    """Owns the proof lamp and the doctor, and knows what both say of the newest snapshot."""

    palette = Palette()
    """Those to show what is laid over the screen in."""

    verdict: var[Notice | None] = var[Notice | None](None)
    """What the last check has found, as long as it holds."""

    def __init__(self, fps: float, share: Share | None = None) -> None:
        super().__init__(fps, share)
        self.lamp = Lamp(self._show_signs)
        self.consultation = Consultation(self._show_signs)

    def take_note(self, message: SnapshotReady) -> None:
        """As ever; the lamp and the doctor look at the snapshot too."""
        super().take_note(message)
        self.consultation.see(message.snapshot, message.running)
        self._show_signs()

    def _show_signs(self) -> None:
        snapshot, before = self.situation.snapshot, self.situation.light
        done, of = self.lamp.progress
        light = self.lamp.light(snapshot)
        found = len(self.consultation.findings)
        signs = (light, done / of if light == "checking" and of else 0.0, found)
        if signs != (before, self.situation.checked, self.situation.findings):
            self.situation = replace(
                self.situation, light=signs[0], checked=signs[1], findings=signs[2]
            )
        if light != before:
            self._pronounce()
            self.refresh_bindings()

    def _pronounce(self) -> None:
        proof, light = self.lamp.proof, self.situation.light
        if proof is None or light not in ("proved", "failed"):
            self.verdict = None
        else:
            passed = proof.report.passed
            self.verdict = Notice("proof:", proof.in_words(), "good" if passed else "bad")

    def on_unmount(self) -> None:
        """Nothing goes on without a screen to tell."""
        self.lamp.cancel()
        self.consultation.end()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "give_up_proof":
            return self.lamp.checking
        return super().check_action(action, parameters)

    def action_prove(self) -> None:
        """Check every derivative at the numbers that are on the screen now."""
        if self.situation.snapshot is not None:
            self.lamp.start(self.situation.snapshot)

    def action_give_up_proof(self) -> None:
        self.lamp.cancel()

    def action_doctor(self) -> None:
        """Show what is wrong, or say that nothing was found."""
        from nnmath_tui.screens.doctor import DoctorScreen

        snapshot = self.situation.snapshot
        if snapshot is None:
            return
        findings = examine(snapshot)
        if findings:
            self.app.push_screen(DoctorScreen(snapshot, findings, self.palette), self._treat)
        else:
            self.post_message(Answered("doctor:", f"nothing found at epoch {snapshot.epoch}"))

    def _treat(self, finding: Finding | None) -> None:
        if finding is None:
            return
        self.post_message(ChangeRequested(finding.changes))
        if finding.afresh:
            self.call_later(self.trainer.reset)

    def action_conventions(self) -> None:
        """Show the conventions of the present experiment."""
        from nnmath_tui.screens.conventions import ConventionsScreen

        if self.situation.snapshot is not None:
            self.app.push_screen(ConventionsScreen(self.situation.snapshot, self.palette))
