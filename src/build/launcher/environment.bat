@rem ND4J's OpenMP threads wait by spinning unless told otherwise, and take the cores from OpenBLAS
if not defined OMP_WAIT_POLICY set OMP_WAIT_POLICY=passive
