namespace Gleaner;

/// <summary>A regular file in a tar archive: its name, and where its content lies. <see cref="Header"/> is where what describes it begins.</summary>
readonly record struct TarMember(string Name, long Header, long Offset, long Length);
