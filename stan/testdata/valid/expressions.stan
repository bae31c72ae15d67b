// Every form of an expression.
data {
  int N;
  array[N] int idx;
  vector[N] v;
  row_vector[N] r;
  matrix[N, N] M;
  array[4, 5, 6] real cube;
  array[3] matrix[N, N] Ms;
}
transformed data {
  int i = 1 + 2 * 3 - 4 % 3 %/% 2;
  real x = 2 ^ 3 ^ 2;
  real y = -2 ^ 2;
  real pow_neg = 2 ^ -1;
  real ternary = i > 3 ? 1 : i < 2 ? 0.5 : 2;
  int logic = (i > 1 && x < 2 || !(y == 3)) && i != 4 && x >= 1 && y <= 2;
  real inner = r * v;
  matrix[N, N] outer = v * r;
  vector[N] solved = M \ v;
  row_vector[N] solved_right = r / M;
  vector[N] both = v .* v ./ v .^ 2 + 1 - v;
  matrix[N, N] quad = M' * M'';
  real from_literal = [1, 2, 3] * [1, 2, 3]';
  real e1 = cube[1, 2, 3];
  array[6] real e2 = cube[1, 2];
  array[4, 6] real e3 = cube[ : , 2];
  array[2, 6] real e4 = cube[1:2, 3, : ];
  array[3, 5, 6] real e5 = cube[2: ];
  array[3, 5, 6] real e6 = cube[ :3];
  vector[N] e7 = v[idx] + v[{1, 2}];
  vector[2] e8 = M[1:2, 1];
  row_vector[2] e9 = M[1, 1:2];
  matrix[2, 2] e10 = M[1:2, {1, 2}];
  matrix[N, N] e11 = M[ , idx];
  row_vector[N] e12 = M[1];
  array[2] vector[N] e13 = Ms[1:2, : , 1];
  array[3] real e14 = Ms[ : , 1, 1];
  real e15 = Ms[1][1][1];
  array[2] real promoted = {1, 2.5};
  complex z = 1 + 2i;
  complex w = 3.5e-1i * z;
  tuple(int, tuple(real, vector[N])) nest = (1, (2.5, v));
  real deep = nest.2.1 + nest.2.2[1];
  real numbers = 1_000 + 1e3 + .5 + 2. + 1.5e-3 + 7E+2;
  real chained = v[1:2][1];
  real total = sum(v) + sum(M) + max(idx) + num_elements(cube) + size(cube) + dims(cube)[1];
  real mixed = log_sum_exp({x, y}) + log_sum_exp(x, y) + fma(x, y, 1) + choose(5, 2);
}
