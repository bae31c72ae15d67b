// Growing trees from their roots: see Kernel in kernel.go of bart.
#ifndef QUATRE_TRACKER_GROW_H
#define QUATRE_TRACKER_GROW_H

#include <stdint.h>

// The most bins that a histogram can have; width is how many it has.
enum { TRACKER_BINS = 256 };

// tracker_node has the numbers of a node that is to be split.
typedef struct {
	double count, sum, scale, bias, per_row, half;
} tracker_node;

void tracker_histograms(int64_t *dst, int32_t width, const uint8_t *slab, int64_t stride, const int32_t *places, int32_t columns,
                        const int32_t *rows, const int64_t *values, int64_t n);
int64_t tracker_part(int32_t *rows, int32_t *spare, const uint8_t *column, const uint8_t *right, int64_t n);
int64_t tracker_quantize(int64_t *values, const float *x, double inverse, double bias, int32_t bits, int64_t n);
double tracker_weigh(int level, int64_t *weights, int64_t *totals, double *exponents, double *factors,
                     const int64_t *hists, int32_t *ranges, const double *logs, const tracker_node *node,
                     int32_t columns, int32_t width, int32_t bits, int64_t least);

#endif
