using System.Runtime.InteropServices;

namespace Basalt.Bench.Targets;

/// <summary>RocksDB answered with an error.</summary>
internal sealed class RocksDbException : Exception
{
    public RocksDbException()
    {
    }

    public RocksDbException(string message)
        : base(message)
    {
    }

    public RocksDbException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Throws if the call that got <paramref name="error"/> set it.</summary>
    public static unsafe void ThrowIfSet(byte* error)
    {
        if (error != null)
        {
            Throw(error);
        }
    }

    private static unsafe void Throw(byte* error)
    {
        string message = Marshal.PtrToStringUTF8((nint)error) ?? "unknown error";
        RocksDbNative.Free(error);
        throw new RocksDbException(message);
    }
}
