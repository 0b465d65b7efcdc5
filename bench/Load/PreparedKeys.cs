using System.Runtime.InteropServices;

namespace Basalt.Bench.Load;

/// <summary>The keys of a run in the order of their use, made before the clock starts.</summary>
internal sealed unsafe class PreparedKeys : IDisposable
{
    private byte* _keys;

    private PreparedKeys(long count)
    {
        Count = count;
        _keys = (byte*)NativeMemory.Alloc((nuint)Math.Max(1, count), KeyFormat.Length);
    }

    public long Count { get; }

    public ReadOnlySpan<byte> this[long index] => new(_keys + (index * KeyFormat.Length), KeyFormat.Length);

    /// <summary>Ascending keys.</summary>
    public static PreparedKeys Ordered(long first, long count)
    {
        PreparedKeys keys = new(count);
        for (long i = 0; i < count; i++)
        {
            KeyFormat.WriteOrdered((ulong)(first + i), keys.At(i));
        }

        return keys;
    }

    /// <summary>Distinct keys in random order: those of the numbers from <paramref name="first"/> on.</summary>
    public static PreparedKeys Scattered(long first, long count)
    {
        PreparedKeys keys = new(count);
        for (long i = 0; i < count; i++)
        {
            KeyFormat.WriteScattered((ulong)(first + i), keys.At(i));
        }

        return keys;
    }

    /// <summary>Keys chosen from those of <see cref="Scattered"/> (or <see cref="Ordered"/>) with the same numbers; each choice independent.</summary>
    public static PreparedKeys Chosen(IKeyChooser chooser, long count, KeyOrder order = KeyOrder.Random)
    {
        PreparedKeys keys = new(count);
        for (long i = 0; i < count; i++)
        {
            ulong number = (ulong)chooser.Next();
            if (order == KeyOrder.Random)
            {
                KeyFormat.WriteScattered(number, keys.At(i));
            }
            else
            {
                KeyFormat.WriteOrdered(number, keys.At(i));
            }
        }

        return keys;
    }

    public void Dispose()
    {
        NativeMemory.Free(_keys);
        _keys = null;
    }

    private Span<byte> At(long index) => new(_keys + (index * KeyFormat.Length), KeyFormat.Length);
}
