namespace Gleaner;

/// <summary>How images are written so that they are a pool again.</summary>
public enum ExportKind
{
    /// <summary>Files of their own, under their keys.</summary>
    Folder,

    /// <summary>WebDataset shards: image, <c>.cls</c> and what else a sample has.</summary>
    Tar,

    /// <summary>Parquet files as Hugging Face datasets reads them.</summary>
    Parquet,
}
