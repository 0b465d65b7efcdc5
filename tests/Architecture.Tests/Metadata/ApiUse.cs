namespace Basalt.Architecture.Tests.Metadata;

/// <summary>A member that compiled code calls, creates or loads.</summary>
/// <param name="Caller">Full name of the outermost type whose code it is; lambdas and async methods count to their type.</param>
/// <param name="Type">Full name of the type that declares the member.</param>
/// <param name="Member">The member's name; ".ctor" for a constructor.</param>
/// <param name="Parameters">How many parameters it takes.</param>
internal sealed record ApiUse(string Caller, string Type, string Member, int Parameters)
{
    public override string ToString() => $"{Caller} uses {Type}.{Member} ({Parameters} parameters)";
}
