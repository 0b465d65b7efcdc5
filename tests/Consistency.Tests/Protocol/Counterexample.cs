using System.Globalization;
using System.Text;

namespace Basalt.Consistency.Tests.Protocol;

/// <summary>Steps from the initial state to a wrong one.</summary>
internal sealed record Counterexample(string Violation, IReadOnlyList<CounterexampleStep> Steps)
{
    public override string ToString()
    {
        var text = new StringBuilder();
        for (int i = 0; i < Steps.Count; i++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{i + 1,3}. {Steps[i].Actor,-8} {Steps[i].Action,-50} {Steps[i].StateAfter}");
        }

        return text.Append("     => ").Append(Violation).ToString();
    }
}
