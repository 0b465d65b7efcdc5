using System.Runtime.InteropServices;

namespace Basalt.Engine.Tests.Fuzz;

/// <summary>
/// Native memory whose last byte lies before a page that may not be touched: a decoder that reads one byte too far does not get away
/// with it, the process dies.
/// </summary>
internal sealed unsafe partial class FencedMemory : IDisposable
{
    private const int PageBytes = 4096;
    private const int ProtectNone = 0;
    private const int ProtectReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly byte* _start;
    private readonly int _length;

    /// <param name="capacity">Bytes of the longest content.</param>
    public FencedMemory(int capacity)
    {
        _length = (capacity + PageBytes - 1) / PageBytes * PageBytes;
        _start = (byte*)Map(0, (nuint)(_length + PageBytes), ProtectReadWrite, PrivateAnonymous, -1, 0);
        if (_start == (byte*)-1 || Protect((nint)(_start + _length), PageBytes, ProtectNone) != 0)
        {
            throw new InvalidOperationException($"No fenced memory: errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Puts bytes right before the fence and returns where they are.</summary>
    public byte* Put(ReadOnlySpan<byte> bytes)
    {
        byte* position = _start + _length - bytes.Length;
        bytes.CopyTo(new Span<byte>(position, bytes.Length));
        return position;
    }

    public void Dispose() => Unmap((nint)_start, (nuint)(_length + PageBytes));

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
