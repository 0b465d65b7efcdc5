namespace Basalt.Simulation.Tests.World;

/// <summary>Lets threads pass while it is open.</summary>
internal sealed class Latch(bool isOpen)
{
    private readonly object _gate = new();
    private bool _isOpen = isOpen;

    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _isOpen;
            }
        }
    }

    public void Set(bool isOpen)
    {
        lock (_gate)
        {
            _isOpen = isOpen;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>False if it stayed closed for that long.</summary>
    public bool Wait(TimeSpan timeout)
    {
        lock (_gate)
        {
            return _isOpen || Monitor.Wait(_gate, timeout);
        }
    }
}
