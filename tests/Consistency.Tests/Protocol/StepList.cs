namespace Basalt.Consistency.Tests.Protocol;

/// <summary>The steps out of one state; filled again and again.</summary>
internal sealed class StepList<TState>
{
    private readonly List<Step<TState>> _steps = [];

    public int Count => _steps.Count;

    public Step<TState> this[int index] => _steps[index];

    public void Add(in TState next, string actor, string action) => _steps.Add(new Step<TState>(next, actor, action));

    public void Clear() => _steps.Clear();
}
