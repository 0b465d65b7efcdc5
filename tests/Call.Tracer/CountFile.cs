using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Call.Tracer;

/// <summary>A file that always has the number of calls so far, for whoever looks while the program runs.</summary>
public sealed class CountFile : IDisposable
{
    private const int Digits = 19;

    private readonly SafeFileHandle _file;

    public CountFile(string path)
    {
        _file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        Write(0);
    }

    /// <summary>The number in a file.</summary>
    public static long Read(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        return long.Parse(reader.ReadToEnd(), CultureInfo.InvariantCulture);
    }

    public void Write(long count) => RandomAccess.Write(_file, Encoding.ASCII.GetBytes(count.ToString($"D{Digits}", CultureInfo.InvariantCulture)), 0);

    public void Dispose() => _file.Dispose();
}
