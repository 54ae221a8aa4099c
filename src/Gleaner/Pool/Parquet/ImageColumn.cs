namespace Gleaner;

/// <summary>Finds the column of images among those of a Parquet file.</summary>
static class ImageColumn
{
    static readonly string[] Usual = ["image", "img", "images", "picture", "pixels", "jpg", "jpeg", "png"];

    /// <summary>The columns that could be the images: those that datasets' features call so; else structs with bytes inside, and columns of bytes.</summary>
    public static string[] Candidates(ParquetFooter footer, DatasetFeatures? features)
    {
        string[] shaped = [.. footer.Columns.Where(column => column is { IsBinary: true, Path: [_] or [_, "bytes"] }).Select(column => column.Name).Distinct()];
        string[] declared = [.. (features?.OfType("Image") ?? []).Intersect(shaped)];
        return declared.Length > 0 ? declared : shaped;
    }

    /// <summary>The named column, or the only one, or the one with a usual name.</summary>
    /// <exception cref="InvalidDataException">There is none, or several could be meant.</exception>
    public static string Choose(ParquetFooter footer, DatasetFeatures? features, string? name, string path)
    {
        string[] candidates = Candidates(footer, features);
        string columns = string.Join(", ", footer.Columns);
        if (name is not null)
            return candidates.Contains(name) ? name : throw new InvalidDataException($"{path}[{name}]: is no column of images; expected one of bytes, or a struct of bytes and path. It holds: {columns}.");
        if (candidates.Length == 0)
            throw new InvalidDataException($"{path}: no column of images; expected image: struct{{bytes, path}} as Hugging Face datasets writes, or a column of bytes. It holds: {columns}.");
        if (candidates.Length == 1) return candidates[0];
        string[] usual = [.. Usual.Where(candidates.Contains)];
        return usual.Length == 1 ? usual[0] : throw new InvalidDataException($"{path}: {string.Join(" and ", candidates)} could each be the images; say which with --array NAME.");
    }

    /// <summary>Where the bytes are, and where the path is if there is one.</summary>
    public static (ParquetColumn Bytes, ParquetColumn? Path) Parts(ParquetFooter footer, string name)
    {
        var parts = footer.Columns.Where(column => column.Name == name).ToArray();
        return (parts.First(column => column.Path is [_] or [_, "bytes"]), parts.FirstOrDefault(column => column.Path is [_, "path"] && column.Type == ParquetType.ByteArray && !column.IsRepeated));
    }
}
