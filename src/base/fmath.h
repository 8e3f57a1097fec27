// fmath.h -- exp, log, sine, cosine and the normal quantile with the same bits on every machine.
// glibc picks its own by CPU type and they differ in the last digit; these use only + - * / and
// sqrt.
#ifndef SW_BASE_FMATH_H
#define SW_BASE_FMATH_H

// Returns e^x; 0 below -745.2, infinity above 709.8, NaN for NaN. Within 1 ulp.
double sw_exp(double x);

// Returns the natural logarithm; -infinity at 0, NaN below. Within 1 ulp.
double sw_log(double x);
// Replaces n numbers by their logarithms, the same bits as sw_log gives. Each must be a normal
// number above 0.
void sw_log_n(int n, double *x);

// Returns x^y = exp(y log x) for x >= 0; relative error about 1e-16 (1 + |y log x|).
double sw_pow(double x, double y);

// Returns the cosine of 2 pi x, for |x| < 2^20: the argument in turns needs no reduction by pi.
// Within 2e-16.
double sw_cos_turns(double x);

// Returns the quantile of the standard normal distribution, 0 < p < 1; relative error below 1e-15
// (Wichura, "Algorithm AS 241: the percentage points of the normal distribution", PPND16, 1988).
double sw_norm_quantile(double p);

#endif
