namespace Gleaner;

/// <summary>What a person says of an image.</summary>
enum ImageMark : byte { None, Keep, Exclude }
