namespace Basalt.Simulation.Tests.World;

/// <summary>
/// A creation (only a target), an unlink (only a source) or a rename (both) that the disk does not have yet. A power loss takes it or
/// leaves it as a whole; a sync of one of its directories makes that half durable.
/// </summary>
internal sealed class NameChange(FileNode file, DirectoryNode? source, string? oldName, DirectoryNode? target, string? newName)
{
    private bool _isSourceDone = source is null;
    private bool _isTargetDone = target is null;

    public bool IsDone => _isSourceDone && _isTargetDone;

    public void Persist(DirectoryNode? only = null)
    {
        if (!_isSourceDone && (only is null || only == source))
        {
            _isSourceDone = true;
            if (source!.Durable.GetValueOrDefault(oldName!) == file)
            {
                source.Durable.Remove(oldName!);
            }
        }

        if (!_isTargetDone && (only is null || only == target))
        {
            _isTargetDone = true;
            target!.Durable[newName!] = file;
        }
    }
}
