namespace Gleaner.Cli;

/// <summary>A list of images, read as members of a pool.</summary>
static class SubsetMembers
{
    /// <summary>The first so many images of the list, in its order, and a hash of the file; unreadable images are left out with a warning. Null without a list.</summary>
    public static (int[]? Members, string? Hash) Read(string? file, int? first, PoolInput pool, Terminal terminal)
    {
        if (file is null) return (null, null);
        int[] listed = ImageList.Read(file).In(pool.Count, pool.Key);
        if (first > listed.Length) throw new UsageException($"--first {first}: {file} lists {listed.Length} images.");
        var memberOf = new Dictionary<int, int>();
        for (int m = 0; m < pool.Members.Length; m++) memberOf[pool.Members[m]] = m;
        int[] wanted = listed[..(first ?? listed.Length)], members = [.. wanted.Where(memberOf.ContainsKey).Select(i => memberOf[i])];
        if (members.Length < wanted.Length) terminal.Warn($"         {Terminal.Number(wanted.Length - members.Length)} images of {file} cannot be read and are left out");
        terminal.Say($"subset   {Terminal.Number(members.Length)} of {Terminal.Number(pool.Members.Length)} images ({file})");
        return (members, ContentHash.OfFile(file) + (first is null ? "" : $", the first {first}"));
    }
}
