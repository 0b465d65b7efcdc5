using Basalt.Engine.Files;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Inspection;

/// <summary>Tells a database, however damaged, from a directory that never was one.</summary>
internal static class DatabasePresence
{
    /// <exception cref="DatabaseException">The directory holds nothing of a database.</exception>
    public static void Require(IFileSystem files, string directory)
    {
        IReadOnlyList<string> names;
        try
        {
            names = files.List(directory);
        }
        catch (DatabaseException exception) when (exception.InnerException is DirectoryNotFoundException)
        {
            throw new DatabaseException(DatabaseError.InvalidOperation, "There is no database here: there is no such directory.", directory, innerException: exception);
        }

        if (!names.Any(IsOfDatabase))
        {
            throw new DatabaseException(DatabaseError.InvalidOperation, "There is no database here: neither CURRENT nor a segment nor a log.", directory);
        }
    }

    private static bool IsOfDatabase(string name) =>
        FileNames.TryParse(name, out FileKind kind, out _) && kind is FileKind.Current or FileKind.Segment or FileKind.Log;
}
