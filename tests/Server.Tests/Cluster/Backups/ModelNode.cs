using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>A node of an <see cref="OperationModel"/>: what it has on disk, and its clock.</summary>
internal sealed class ModelNode
{
    private readonly HashSet<long> _cuts = [];
    private (Guid Instance, long Instant)? _armed;
    private Guid _cutBy;

    public Guid Instance { get; set; } = Guid.NewGuid();

    public bool IsMember { get; set; } = true;

    /// <summary>How many milliseconds its clock is ahead.</summary>
    public long ClockAhead { get; set; }

    /// <summary>The instant of its cut.</summary>
    public long? Cut { get; set; }

    /// <summary>The version of the classes that it has applied.</summary>
    public int Classes { get; set; }

    /// <summary>The version that is in its cut.</summary>
    public int CutClasses { get; private set; }

    /// <summary>That version if the node knows it: the process that cut does.</summary>
    public string? KnownClasses => _cutBy == Instance ? $"version {CutClasses}" : null;

    /// <summary>The instant of what it has in the repository.</summary>
    public long? Transferred { get; set; }

    /// <summary>The version of the classes in it.</summary>
    public int TransferredClasses { get; set; }

    public bool IsStaged { get; set; }

    public long ClockOf(long clock) => clock + (ClockAhead << CoordinatorView.ClockCounterBits);

    /// <summary>Arms or cuts.</summary>
    /// <returns>True: there is a cut at the instant. False: it is too late. Null: the instant is to come.</returns>
    public bool? CutAt(long instant, bool mayArm, long clock)
    {
        if (Cut == instant)
        {
            return true;
        }

        bool isArmed = _armed == (Instance, instant);
        bool isPast = ClockOf(clock) >= instant;
        if (!isArmed && (!mayArm || isPast))
        {
            return false;
        }

        _armed = (Instance, instant);
        if (!isPast)
        {
            return null;
        }

        Assert.True(_cuts.Add(instant), "A node cut twice for one instant.");
        Cut = instant;
        CutClasses = Classes;
        _cutBy = Instance;
        return true;
    }
}
