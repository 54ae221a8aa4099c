namespace Gleaner;

/// <summary>Which images of a run are asked for.</summary>
enum PoolState { All, Kept, Dropped, LeftOut, Marked, MarkedKeep, MarkedExclude }
