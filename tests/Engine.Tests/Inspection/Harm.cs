namespace Basalt.Engine.Tests.Inspection;

/// <summary>Does harm to files, as disks and people do.</summary>
internal static class Harm
{
    public static void Flip(string path, long offset, int bit = 3)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = offset;
        int value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ (1 << bit)));
    }

    public static void Zero(string path, long offset, int length)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = offset;
        file.Write(new byte[Math.Min(length, file.Length - offset)]);
    }

    public static void Cut(string path, long length)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.SetLength(length);
    }

    /// <summary>Something of a kind that a seed decides, to one of the files; returns what.</summary>
    public static string AtRandom(string directory, Random random)
    {
        string[] files = [.. Directory.GetFiles(directory).Where(path => Path.GetFileName(path) != "LOCK").Order(StringComparer.Ordinal)];
        string path = files[random.Next(files.Length)];
        byte[] bytes = File.ReadAllBytes(path);
        int used = Array.FindLastIndex(bytes, value => value != 0) + 1;
        long offset = random.Next(Math.Max(used, 1));
        string where = $"{Path.GetFileName(path)} at {offset}";
        switch (random.Next(6))
        {
            case 0:
                File.Delete(path);
                return $"{Path.GetFileName(path)} deleted";
            case 1:
                Cut(path, offset);
                return $"{where}: cut";
            case 2:
                long sector = offset / 512 * 512;
                Zero(path, sector, 512);
                return $"{where}: sector zeroed";
            default:
                Flip(path, offset, random.Next(8));
                return $"{where}: bit flipped";
        }
    }

    /// <summary>Names and bytes of all files below a directory.</summary>
    public static Dictionary<string, string> Contents(string directory) => Directory
        .GetFiles(directory, "*", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(directory, path), path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))));
}
