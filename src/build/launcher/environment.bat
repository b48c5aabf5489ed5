@rem threads that wait sleep soon: long spinning takes the cores from whatever else runs
if not defined GOMP_SPINCOUNT set GOMP_SPINCOUNT=2000
