/* Coefficients, lowest power first, and the largest relative error of what they are used for.
 * Made by scripts/fit_approx.py: minimax fits by Remez exchange. Used by approx.c alone. */

/* (e^r - 1 - r) / r^2, |r| <= ln(2) / 2; 4.4e-09 */
static const double exp_poly[] = {
    0x1.fffffcp-2,
    0x1.55549p-3,
    0x1.5558f4p-5,
    0x1.123a6ap-7,
    0x1.6a234p-10,
};

/* the same, relative to e^r - 1; 2.3e-09 */
static const double expm1_poly[] = {
    0x1p-1,
    0x1.555554p-3,
    0x1.5554bp-5,
    0x1.11118ap-7,
    0x1.6d7296p-10,
    0x1.a032e2p-13,
};

/* (ln(1 + f) - f + f^2 / 2) / f^3, sqrt(1/2) <= 1 + f <= sqrt(2); 2.9e-09 */
static const double log_poly[] = {
    0x1.555548p-2,
    -0x1.000006p-2,
    0x1.99a4b4p-3,
    -0x1.555c4cp-3,
    0x1.23376cp-3,
    -0x1.fc2226p-4,
    0x1.e6f05ep-4,
    -0x1.de3b74p-4,
    0x1.14571ap-4,
};

/* (tanh x - x) / x^3 in x^2, x <= 0.625; 8.6e-09 */
static const double tanh_poly[] = {
    -0x1.555532p-2,
    0x1.110726p-3,
    -0x1.b83c5ap-5,
    0x1.5226ap-6,
    -0x1.75e1e8p-8,
};

/* erf(x) / x - 1 in x^2, x <= 0.925; 1.1e-08 */
static const double erf_poly[] = {
    0x1.06eba8p-3,
    -0x1.812744p-2,
    0x1.ce2e18p-4,
    -0x1.b80fc2p-6,
    0x1.54d3aap-8,
    -0x1.aaa866p-11,
    0x1.5e352ap-14,
};

/* -ln(erfc(t)) in t, 0.925 <= t <= 4; 9.4e-09 */
static const double erfc_poly[] = {
    -0x1.712224p-13,
    0x1.21285p+0,
    0x1.44445ap-1,
    0x1.bb92dp-4,
    -0x1.9bb50cp-6,
    0x1.119554p-8,
    -0x1.c85248p-12,
    0x1.62f5b6p-16,
};

/* (sin(r) / r - 1) / r^2 in r^2, |r| <= pi / 4; 4.9e-12 */
static const double sin_poly[] = {
    -0x1.5555554ca9464p-3,
    0x1.1111088a0519ap-7,
    -0x1.a00f93a41f4e8p-13,
    0x1.6cd5eec66af92p-19,
};

/* (cos r - 1) / r^2 in r^2, |r| <= pi / 4; 6.2e-14 */
static const double cos_poly[] = {
    -0x1.ffffffffebcb3p-2,
    0x1.55555546d82d2p-5,
    -0x1.6c16b3ecb1d31p-10,
    0x1.a00f06e4268c2p-16,
    -0x1.23d60b5d328d6p-22,
};

/* log2((1 + s) / (1 - s)) / s in s^2, |s| <= (sqrt(2) - 1) / (sqrt(2) + 1); 6.2e-12 */
static const double log2_poly[] = {
    0x1.71547652bef89p+1,
    0x1.ec709d10dbe6p-1,
    0x1.27778161aff43p-1,
    0x1.a58cd53114451p-2,
    0x1.5cf588df5a06fp-2,
};

/* (2^f - 1) / f, |f| <= 1/2; 4.8e-11 */
static const double exp2_poly[] = {
    0x1.62e42fef7af98p-1,
    0x1.ebfbe07b80ab2p-3,
    0x1.c6b08df542c44p-5,
    0x1.3b29f03335b5ap-7,
    0x1.5d8722b896a38p-10,
    0x1.445f195c01079p-13,
    0x1.00f1c24d3c99dp-16,
};
