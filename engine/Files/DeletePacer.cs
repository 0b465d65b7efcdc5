using Basalt.Engine.Manifest;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Files;

/// <summary>
/// Deletes segment files a piece at a time. Unlinking a large file frees all its blocks in one journal transaction, which an
/// <c>fdatasync</c> of the log may have to wait for; cutting it down in steps with pauses keeps each transaction small.
/// </summary>
internal sealed class DeletePacer(IFileSystem fileSystem)
{
    private const long StepBytes = 32 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Deletes a file. Stops pacing when cancelled: then the file just goes.</summary>
    public void Delete(SegmentFile file, CancellationToken cancellationToken)
    {
        for (long length = file.Length - StepBytes; length > 0; length -= StepBytes)
        {
            fileSystem.Truncate(file.Path, length);
            if (cancellationToken.WaitHandle.WaitOne(Pause))
            {
                break;
            }
        }

        fileSystem.Delete(file.Path);
    }
}
