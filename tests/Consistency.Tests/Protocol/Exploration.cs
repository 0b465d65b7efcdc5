namespace Basalt.Consistency.Tests.Protocol;

/// <summary>What a search found.</summary>
/// <param name="States">Distinct states seen.</param>
/// <param name="IsComplete">Whether these are all; false if the search stopped at its bound or at a violation.</param>
/// <param name="Counterexample">The shortest way to a violation; null if none was found.</param>
internal sealed record Exploration(int States, bool IsComplete, Counterexample? Counterexample)
{
    /// <summary>Searches breadth first, so that the first violation is one of the nearest.</summary>
    public static Exploration Of<TState>(IModel<TState> model, int maxStates)
        where TState : unmanaged, IEquatable<TState>
    {
        var visited = new VisitedStates<TState>();
        var steps = new StepList<TState>();
        visited.Add(model.Initial, parent: -1);
        for (int current = 0; current < visited.Count; current++)
        {
            steps.Clear();
            model.Expand(visited[current], steps);
            for (int i = 0; i < steps.Count; i++)
            {
                TState next = steps[i].Next;
                if (!visited.Add(next, current))
                {
                    continue;
                }

                if (model.Violation(next) is { } violation)
                {
                    return new Exploration(visited.Count, false, Explain(model, visited, violation));
                }

                if (visited.Count == maxStates)
                {
                    return new Exploration(maxStates, false, null);
                }
            }
        }

        return new Exploration(visited.Count, true, null);
    }

    // Only predecessors are kept; the steps between them are found by expanding once more.
    private static Counterexample Explain<TState>(IModel<TState> model, VisitedStates<TState> visited, string violation)
        where TState : unmanaged, IEquatable<TState>
    {
        var path = new List<CounterexampleStep>();
        var steps = new StepList<TState>();
        for (int index = visited.Count - 1; visited.Parent(index) is >= 0 and var parent; index = parent)
        {
            steps.Clear();
            model.Expand(visited[parent], steps);
            Step<TState> step = Enumerable.Range(0, steps.Count).Select(i => steps[i]).First(step => step.Next.Equals(visited[index]));
            path.Add(new CounterexampleStep(step.Actor, step.Action, model.Describe(step.Next)));
        }

        path.Reverse();
        return new Counterexample(violation, path);
    }
}
