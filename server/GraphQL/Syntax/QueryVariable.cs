namespace Basalt.Server.GraphQL.Syntax;

/// <summary>A variable that an operation takes.</summary>
/// <param name="Name">Its name, without the dollar sign.</param>
/// <param name="Type">Its type as written.</param>
/// <param name="Default">Its value when the request gives none.</param>
/// <param name="Location">Where it is declared.</param>
internal sealed record QueryVariable(string Name, string Type, QueryValue? Default, SourceLocation Location)
{
    /// <summary>Whether there must be a value.</summary>
    public bool IsRequired => Type.EndsWith('!') && Default is null;
}
