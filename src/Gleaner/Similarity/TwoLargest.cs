namespace Gleaner;

/// <summary>What <see cref="NearestRows.FindTwo"/> says of a row: which packed row scores best, how, and how the next one does; -infinity if there is none.</summary>
readonly record struct TwoLargest(int Index, float Score, float Second);
