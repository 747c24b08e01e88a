/* A network of three layers with tanh, 0.5 * mean squared error, batches of B rows: what is left
 * when nothing has to be found out at run time. All sizes are compile-time constants (-DN0= ...).
 * Neurons are rows and samples are columns, as in our plan, so that the inner loops run over the
 * samples of a batch. Compiled twice: for one number at a time, and vectorised. */
#include <math.h>
#include <string.h>

#define W1 0
#define B1 (W1 + N0 * N1)
#define W2 (B1 + N1)
#define B2 (W2 + N1 * N2)
#define W3 (B2 + N2)
#define B3 (W3 + N2 * N3)
#define P (B3 + N3)

static double x[N0][B], a1[N1][B], a2[N2][B], a3[N3][B], d1[N1][B], d2[N2][B], d3[N3][B];
static double t[N3][B], g[P];

#define FORWARD(w, b, in, n, out, m)                          \
    for (int j = 0; j < m; j++) {                             \
        double z[B];                                          \
        for (int r = 0; r < B; r++) z[r] = p[b + j];          \
        for (int i = 0; i < n; i++) {                         \
            const double weight = p[w + i * m + j];           \
            for (int r = 0; r < B; r++) z[r] += weight * in[i][r]; \
        }                                                     \
        for (int r = 0; r < B; r++) out[j][r] = tanh(z[r]);   \
    }

#define GRADIENT(w, b, in, n, delta, m)                       \
    for (int j = 0; j < m; j++) {                             \
        double sum = 0;                                       \
        for (int r = 0; r < B; r++) sum += delta[j][r];       \
        g[b + j] = sum;                                       \
        for (int i = 0; i < n; i++) {                         \
            double dot = 0;                                   \
            for (int r = 0; r < B; r++) dot += in[i][r] * delta[j][r]; \
            g[w + i * m + j] = dot;                           \
        }                                                     \
    }

#define BACK(w, out, n, before, delta, m)                     \
    for (int i = 0; i < n; i++) {                             \
        double sum[B];                                        \
        for (int r = 0; r < B; r++) sum[r] = 0;               \
        for (int j = 0; j < m; j++) {                         \
            const double weight = p[w + i * m + j];           \
            for (int r = 0; r < B; r++) sum[r] += weight * delta[j][r]; \
        }                                                     \
        for (int r = 0; r < B; r++) before[i][r] = sum[r] * (1 - out[i][r] * out[i][r]); \
    }

/* The gradient of the mean loss over one batch, in g. */
static void pass(const double *restrict p)
{
    FORWARD(W1, B1, x, N0, a1, N1)
    FORWARD(W2, B2, a1, N1, a2, N2)
    FORWARD(W3, B3, a2, N2, a3, N3)
    for (int j = 0; j < N3; j++)
        for (int r = 0; r < B; r++)
            d3[j][r] = (a3[j][r] - t[j][r]) * (1 - a3[j][r] * a3[j][r]) / (B * N3);
    GRADIENT(W3, B3, a2, N2, d3, N3)
    BACK(W3, a2, N2, d2, d3, N3)
    GRADIENT(W2, B2, a1, N1, d2, N2)
    BACK(W2, a1, N1, d1, d2, N2)
    GRADIENT(W1, B1, x, N0, d1, N1)
}

/* One epoch of `batches` batches over X (n, N0), Y (n, N3) in the order given. `m` and `v` are
 * Adam's moments, `*step` counts its steps; a plain descent does not touch them. */
void epoch(double *restrict p, double *restrict m, double *restrict v, long *step,
           const double *X, const double *Y, const long *order, long batches, double rate, int adam)
{
    for (long batch = 0; batch < batches; batch++) {
        for (int r = 0; r < B; r++) {
            const long row = order[batch * B + r];
            for (int i = 0; i < N0; i++) x[i][r] = X[row * N0 + i];
            for (int j = 0; j < N3; j++) t[j][r] = Y[row * N3 + j];
        }
        pass(p);
        if (!adam) {
            for (int k = 0; k < P; k++) p[k] -= rate * g[k];
            continue;
        }
        *step += 1;
        const double first = rate / (1 - pow(0.9, (double)*step));
        const double root = 1 / sqrt(1 - pow(0.999, (double)*step));
        for (int k = 0; k < P; k++) {
            m[k] = 0.9 * m[k] + 0.1 * g[k];
            v[k] = 0.999 * v[k] + 0.001 * g[k] * g[k];
            p[k] -= first * m[k] / (sqrt(v[k]) * root + 1e-8);
        }
    }
}
