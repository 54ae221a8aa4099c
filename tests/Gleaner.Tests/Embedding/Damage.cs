using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Gleaner.Cli.Tests.Attack;
using Xunit;

namespace Gleaner.Tests;

/// <summary>Reads every prefix of a valid file and many files with changed bytes, or JSON with changed values: each reads or is refused as bad data, and none takes much memory.</summary>
static class Damage
{
    /// <summary>What reading a tiny file may allocate: buffers and messages, but never what a lying header asks for.</summary>
    const long AllocationLimit = 16 << 20;

    const int Inputs = 2000;

    /// <param name="valid">A file that reads.</param>
    /// <param name="read">Reads a file of these bytes.</param>
    /// <param name="changed">How many bytes from the start may be changed; all by default.</param>
    /// <param name="limit">Bytes of managed memory that one reading may take.</param>
    /// <param name="every">Of prefixes every so manieth is tried, and so many times fewer changes.</param>
    public static void Check(byte[] valid, Action<byte[]> read, int? changed = null, long limit = AllocationLimit, int every = 1)
    {
        read(valid);
        for (int length = 0; length < valid.Length; length += every) Try(valid[..length], read, limit);

        Gen.Select(Gen.Int[0, (changed ?? valid.Length) - 1], Gen.Byte).Array[1, 4].Sample(flips =>
        {
            var bytes = (byte[])valid.Clone();
            foreach (var (at, value) in flips) bytes[at] = value;
            Try(bytes, read, limit);
        }, iter: Inputs * Effort.Times / every, threads: 1);
        Effort.Tell($"{(valid.Length + Inputs * Effort.Times) / every} inputs");
    }

    /// <summary>What may stand in JSON instead of any value; nothing at all is tried, too.</summary>
    static readonly string[] Values = ["null", "true", "-1", "0", "0.5", "2147483647", "1e300", "\"\"", "\"\\u0000<&\"", "\"NaN\"", "[]", "[null]", "{}", "{\"\": null}"];

    /// <summary>Reads a JSON document with each of its values replaced in turn.</summary>
    public static void CheckValues(byte[] json, Action<byte[]> read, long limit = AllocationLimit)
    {
        int places = Containers(JsonNode.Parse(json)!).Sum(node => Places(node).Count()), inputs = 0;
        for (int place = 0; place < places; place++)
            foreach (string? value in Values.Append(null))
            {
                var document = JsonNode.Parse(json)!;
                var (node, at) = Containers(document).SelectMany(node => Places(node).Select(at => (node, at))).ElementAt(place);
                if (value is null) Remove(node, at);
                else Put(node, at, JsonNode.Parse(value));
                Try(Encoding.UTF8.GetBytes(document.ToJsonString()), read, limit);
                inputs++;
            }
        Effort.Tell($"{inputs} inputs");
    }

    static IEnumerable<JsonNode> Containers(JsonNode? node) =>
        node is JsonObject or JsonArray ? Places(node).SelectMany(at => Containers(at is string name ? node[name] : node[(int)at])).Prepend(node) : [];

    static IEnumerable<object> Places(JsonNode node) => node is JsonObject named ? named.Select(pair => pair.Key) : Enumerable.Range(0, node.AsArray().Count).Cast<object>();

    static void Remove(JsonNode node, object at)
    {
        if (at is string name) node.AsObject().Remove(name);
        else node.AsArray().RemoveAt((int)at);
    }

    static void Put(JsonNode node, object at, JsonNode? value)
    {
        if (at is string name) node[name] = value;
        else node[(int)at] = value;
    }

    static void Try(byte[] bytes, Action<byte[]> read, long limit)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(bytes);
        }
        catch (InvalidDataException)
        {
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, limit);
    }
}
