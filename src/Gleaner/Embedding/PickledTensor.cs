using System.Runtime.InteropServices;

namespace Gleaner;

/// <summary>A tensor of a PyTorch file: a storage, and which of its numbers in which order. Every claim is checked before numbers are read.</summary>
/// <param name="Storage">The numbers; several tensors may share them.</param>
/// <param name="Offset">The first number's place.</param>
/// <param name="Shape">The length of each axis.</param>
/// <param name="Strides">From a number to the next along each axis, in numbers.</param>
sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Whether its numbers lie one after the other in C order, so that nothing needs copying.</summary>
    public bool Contiguous
    {
        get
        {
            long step = 1;
            for (int axis = Shape.Length - 1; axis >= 0; axis--)
            {
                if (Shape[axis] != 1 && Strides[axis] != step) return false;
                step *= Shape[axis];
            }
            return true;
        }
    }

    /// <summary>How many bytes its numbers are in C order.</summary>
    /// <exception cref="InvalidDataException">It looks beyond its storage, or is too large for one array.</exception>
    public int Check(string where)
    {
        if (Strides.Length != Shape.Length || Offset < 0 || Strides.Any(step => step < 0) || SafeTensorsHeader.BytesOf(Storage.Dtype, Shape) is not { } bytes)
            throw new InvalidDataException($"{where}: is {this}; expected as many strides as lengths, none negative, and fewer than 2^63 bytes. The file is damaged.");
        Int128 last = Offset;
        for (int axis = 0; axis < Shape.Length; axis++) last += (Int128)Math.Max(0, Shape[axis] - 1) * Strides[axis];
        if (bytes > 0 ? last >= Storage.Elements : Offset > Storage.Elements)
            throw new InvalidDataException($"{where}: is {this}, which looks at number {last} of its storage; expected less than {Storage.Elements}. The file is damaged.");
        if (bytes > Array.MaxLength) throw new InvalidDataException($"{where}: has {bytes} bytes; expected at most {Array.MaxLength} in one array.");
        return (int)bytes;
    }

    /// <summary>Its numbers in C order, after <see cref="Check"/>; a part of <paramref name="storage"/> itself where it is contiguous.</summary>
    public ReadOnlyMemory<byte> Gather(byte[] storage, int bytes)
    {
        int width = Storage.ElementBytes;
        if (bytes == 0) return default;
        if (Contiguous) return storage.AsMemory((int)Offset * width, bytes);

        var gathered = new byte[bytes];
        switch (width)
        {
            case 1: Gather<byte>(storage, gathered); break;
            case 2: Gather<ushort>(storage, gathered); break;
            case 4: Gather<uint>(storage, gathered); break;
            default: Gather<ulong>(storage, gathered); break;
        }
        return gathered;
    }

    void Gather<T>(byte[] storage, byte[] gathered) where T : struct
    {
        ReadOnlySpan<T> from = MemoryMarshal.Cast<byte, T>(storage);
        var to = MemoryMarshal.Cast<byte, T>(gathered.AsSpan());
        long[] index = new long[Shape.Length];
        long inner = Shape[^1], step = Strides[^1], start = Offset;
        for (int at = 0; at < to.Length;)
        {
            for (long k = 0, place = start; k < inner; k++, place += step) to[at++] = from[(int)place];
            for (int axis = Shape.Length - 2; axis >= 0; axis--)
            {
                start += Strides[axis];
                if (++index[axis] < Shape[axis]) break;
                start -= Shape[axis] * Strides[axis];
                index[axis] = 0;
            }
        }
    }

    public override string ToString() => $"{Storage.Dtype} [{string.Join(", ", Shape)}] with strides [{string.Join(", ", Strides)}] from {Offset}";
}
