using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// Copies an ELF64 shared library and marks one needed symbol version (.gnu.version_r) as weak, so that the loader
/// accepts a libstdc++ that does not define it. Writes only when the result differs; a library that does not ask for the version is copied as it is.
public sealed class WeakenSymbolVersion : Task
{
    const uint SectionVerneed = 0x6ffffffe;
    const ushort FlagWeak = 2;

    [Required] public string Source { get; set; }
    [Required] public string Target { get; set; }
    [Required] public string Version { get; set; }

    public override bool Execute()
    {
        byte[] elf = File.ReadAllBytes(Source);
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[4] != 2 || elf[5] != 1)
        {
            Log.LogError(Source + " is not a little-endian ELF64 library.");
            return false;
        }
        long sections = BitConverter.ToInt64(elf, 0x28);
        int sectionSize = BitConverter.ToUInt16(elf, 0x3a), sectionCount = BitConverter.ToUInt16(elf, 0x3c);
        for (int k = 0; k < sectionCount; k++)
        {
            int header = checked((int)(sections + k * sectionSize));
            if (BitConverter.ToUInt32(elf, header + 4) == SectionVerneed)
                Weaken(elf, checked((int)BitConverter.ToInt64(elf, header + 0x18)));
        }
        Directory.CreateDirectory(Path.GetDirectoryName(Target));
        if (!File.Exists(Target) || Convert.ToBase64String(File.ReadAllBytes(Target)) != Convert.ToBase64String(elf))
            File.WriteAllBytes(Target, elf);
        return true;
    }

    // Elf64_Verneed: version u16, count u16, file u32, aux u32, next u32. Elf64_Vernaux: hash u32, flags u16, other u16, name u32, next u32.
    void Weaken(byte[] elf, int need)
    {
        uint wanted = ElfHash(Version);
        while (true)
        {
            int aux = need + checked((int)BitConverter.ToUInt32(elf, need + 8));
            for (int left = BitConverter.ToUInt16(elf, need + 2); left > 0; left--)
            {
                if (BitConverter.ToUInt32(elf, aux) == wanted) elf[aux + 4] |= (byte)FlagWeak;
                aux += checked((int)BitConverter.ToUInt32(elf, aux + 12));
            }
            uint next = BitConverter.ToUInt32(elf, need + 12);
            if (next == 0) return;
            need += checked((int)next);
        }
    }

    static uint ElfHash(string name)
    {
        uint h = 0;
        foreach (byte c in Encoding.ASCII.GetBytes(name))
        {
            h = (h << 4) + c;
            uint g = h & 0xf0000000;
            if (g != 0) h ^= g >> 24;
            h &= ~g;
        }
        return h;
    }
}
