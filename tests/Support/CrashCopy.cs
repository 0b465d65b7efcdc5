namespace Basalt.Tests.Support;

/// <summary>Copies the files of an open database as they are at this moment: what a process that is killed now leaves behind.</summary>
public static class CrashCopy
{
    /// <summary>
    /// The manifest comes first, so that all that it names is there. What is deleted or renamed meanwhile, as the logs that are kept ready are, it
    /// did not need any more. The lock file holds nothing.
    /// </summary>
    public static void Make(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        IEnumerable<string> files = Directory.GetFiles(from, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(from, file));
        foreach (string file in files.Where(file => file != "LOCK").OrderDescending(StringComparer.Ordinal))
        {
            try
            {
                File.Copy(Path.Combine(from, file), Path.Combine(to, file));
            }
            catch (FileNotFoundException)
            {
                // Gone since it was listed.
            }
        }
    }
}
