using System.Text;
using Xunit;

namespace Gleaner.Tests;

/// Reading what PyTorch saved (make_state_dicts.py), in its zip format and the one before it.
public sealed class StateDictFileTests
{
    [Theory, InlineData("odd.pt"), InlineData("odd.th")]
    public void Every_type_view_and_shared_storage_reads_as_PyTorch_gathers_it(string name)
    {
        var expected = SafeTensorsFile.Read(At("odd.safetensors")).Tensors;

        var found = StateDictFile.Read(At(name));

        Assert.Equal(28, expected.Count);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), found.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, tensor) in expected)
        {
            Assert.Equal((key, tensor.Dtype), (found.Tensors[key].Name, found.Tensors[key].Dtype));
            Assert.Equal(tensor.Shape, found.Tensors[key].Shape);
            Assert.True(tensor.Data.Span.SequenceEqual(found.Tensors[key].Data.Span), key);
        }
        Assert.Equal(["format"], found.Metadata.Keys);
    }

    [Fact]
    public void What_is_read_is_written_as_safetensors_and_reads_the_same()
    {
        using var folder = new TemporaryFolder();
        var read = StateDictFile.Read(At("odd.pt"));
        using var stream = new MemoryStream();
        SafeTensorsFile.Write(stream, read.Tensors.Values, read.Metadata);

        var again = StateDictFile.Read(folder.Write("odd.pt", stream.ToArray()));   // what it is, the content says

        Assert.Equal(read.Tensors.Count, again.Tensors.Count);
        Assert.All(read.Tensors, t => Assert.Equal(t.Value.Data.ToArray(), again.Tensors[t.Key].Data.ToArray()));
    }

    [Theory, InlineData("checkpoint.pt"), InlineData("checkpoint.th")]
    public void Of_a_checkpoint_the_state_dict_is_taken_without_the_prefix_of_DataParallel_and_the_metadata_say_so(string name)
    {
        var found = StateDictFile.Read(At(name));

        Assert.Equal(["0.bias", "0.weight", "1.bias", "1.num_batches_tracked", "1.running_mean", "1.running_var", "1.weight"], found.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("state_dict", "module."), (found.Metadata[StateDictFile.EntryKey], found.Metadata[StateDictFile.PrefixKey]));
        Assert.Equal([2L, 1, 1, 1], found.Tensors["0.weight"].Shape);
        Assert.Equal(1, BitConverter.ToInt64(found.Tensors["1.num_batches_tracked"].Data.Span));
    }

    [Theory]
    [InlineData("runs-code.pt", " asks for posix.system, which is no part of a state dict; nothing was imported, called or built.")]
    [InlineData("runs-code.th", " asks for posix.system, which is no part of a state dict")]
    [InlineData("runs-code.pkl", "byte 18 asks for posix.system, which is no part of a state dict")]
    [InlineData("whole-module.pt", " asks for torch.nn.modules.container.Sequential, which")]
    [InlineData("complex.pt", " asks for torch.ComplexFloatStorage, which")]
    [InlineData("complex.th", " asks for torch.ComplexFloatStorage, which")]
    public void What_is_no_state_dict_is_refused_by_name_and_says_what_to_do(string name, string says)
    {
        string message = Assert.Throws<InvalidDataException>(() => StateDictFile.Read(At(name))).Message;

        Assert.StartsWith(At(name), message);
        Assert.Contains(says, message);
        Assert.Contains("torch.save({k: v.contiguous() for k, v in", message);
    }

    [Theory]
    [InlineData("", "begins with 0x;")]
    [InlineData("<!DOCTYPE html>", "It may be a page or a pointer")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "It may be a page or a pointer")]
    [InlineData("cos\nsystem\n(S'true'\ntR.", "begins with 0x")]
    [InlineData("PK\x03\x04 and no more", "is damaged or no zip file")]
    [InlineData("\x80\x02}.", "a pickle that torch.save did not write")]
    public void What_is_another_file_is_said_to_be_one(string latin1, string says)
    {
        using var folder = new TemporaryFolder();

        Assert.Contains(says, Assert.Throws<InvalidDataException>(() => StateDictFile.Read(folder.Write("net.pth", Encoding.Latin1.GetBytes(latin1)))).Message);
    }

    [Theory, InlineData("odd.pt"), InlineData("odd.th"), InlineData("checkpoint.pt"), InlineData("checkpoint.th"), InlineData("runs-code.pt")]
    public void Damage_is_refused_or_read_and_nothing_else(string name)
    {
        byte[] valid = File.ReadAllBytes(At(name));
        bool refused = name.StartsWith("runs-code", StringComparison.Ordinal);

        if (!refused) Damage.Check(valid, bytes => Read(bytes));
        for (int length = 0; length < valid.Length; length++) Assert.Throws<InvalidDataException>(() => Read(valid[..length]));
        for (int at = 0; at < valid.Length; at++)
            foreach (byte flip in new byte[] { 0x01, 0x80, 0xff })
            {
                var bytes = (byte[])valid.Clone();
                bytes[at] ^= flip;
                var error = Record.Exception(() => Read(bytes));
                if (error is not null || refused) Assert.IsType<InvalidDataException>(error);
            }
    }

    /// Zip entries have checksums: what reads in spite of a flipped bit reads right.
    [Fact]
    public void A_flipped_bit_of_a_zip_file_never_changes_a_number()
    {
        byte[] valid = File.ReadAllBytes(At("odd.pt"));
        var expected = SafeTensorsFile.Read(At("odd.safetensors")).Tensors;

        for (int at = 0; at < valid.Length; at++)
        {
            var bytes = (byte[])valid.Clone();
            bytes[at] ^= 0x10;
            try
            {
                foreach (var (key, tensor) in Read(bytes).Tensors) Assert.True(tensor.Data.Span.SequenceEqual(expected[key].Data.Span), $"byte {at}, {key}");
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Theory, InlineData("resnet20-12fca82f", 20), InlineData("resnet56-4bfd9763", 56)]
    public void Published_CIFAR_networks_read_as_their_twins_of_numpy(string name, int layers)
    {
        string npz = TestData.SharedOrSkip("weights", name + ".npz");
        using var twin = System.IO.Compression.ZipFile.OpenRead(npz);

        var found = StateDictFile.Read(Path.ChangeExtension(npz, ".th"));

        Assert.Equal(("state_dict", "module."), (found.Metadata[StateDictFile.EntryKey], found.Metadata[StateDictFile.PrefixKey]));
        Assert.Equal(twin.Entries.Count, found.Tensors.Count);
        Assert.Equal(layers, found.Tensors.Keys.Count(key => key.EndsWith(".weight", StringComparison.Ordinal) && found.Tensors[key].Shape.Length is 2 or 4));
        foreach (var entry in twin.Entries)
        {
            string key = entry.FullName[..^".npy".Length];
            using var content = new MemoryStream();
            using (var stream = entry.Open()) stream.CopyTo(content);
            byte[] npy = content.ToArray();
            int start = 10 + BitConverter.ToUInt16(npy, 8);
            var tensor = found.Tensors[key.StartsWith("module.", StringComparison.Ordinal) ? key["module.".Length..] : key];
            Assert.Contains($"'shape': ({string.Join(", ", tensor.Shape)}", Encoding.ASCII.GetString(npy, 10, start - 10));
            Assert.True(npy.AsSpan(start).SequenceEqual(tensor.Data.Span), key);
        }
    }

    static SafeTensors Read(byte[] bytes) => StateDictFile.Read(new MemoryStream(bytes), "net.pt") ?? throw new InvalidDataException("safetensors");

    static string At(string name) => TestData.InRepository("tests", "fixtures", "statedict", name);
}
