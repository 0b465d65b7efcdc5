using Basalt.Server.Shards;

namespace Basalt.Server.Api;

/// <summary>A request that is answered with an error: the status, the shape of the body and the message.</summary>
internal sealed class RequestException : Exception
{
    public RequestException()
        : this("The request failed.")
    {
    }

    public RequestException(string message)
        : base(message)
    {
    }

    public RequestException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    private RequestException(int status, int frameworkCode, string message)
        : base(message)
    {
        Status = status;
        FrameworkCode = frameworkCode;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; } = StatusCodes.Status500InternalServerError;

    /// <summary>The code of the framework shape <c>{"code","message"}</c>; 0 takes the handler shape <c>{"error":[{"message"}]}</c>.</summary>
    public int FrameworkCode { get; }

    /// <summary>Whether the answer has a body.</summary>
    public bool HasBody { get; private init; } = true;

    /// <summary>An error of a handler.</summary>
    public static RequestException Handler(int status, string message) => new(status, 0, message);

    /// <summary>There is no such class or object: 404, by contract with an empty body.</summary>
    public static RequestException NotFound(string message) => new(StatusCodes.Status404NotFound, 0, message) { HasBody = false };

    /// <summary>The request is well-formed but cannot be done: 422 of a handler.</summary>
    public static RequestException Unprocessable(string message) => new(StatusCodes.Status422UnprocessableEntity, 0, message);

    /// <summary>The node of a shard cannot be reached: 503.</summary>
    public static RequestException Unreachable(NodeShards shards, string reason = "") => Handler(
        StatusCodes.Status503ServiceUnavailable,
        $"node '{shards.Node}' cannot be reached: {Describe(shards)} is there{(reason.Length == 0 ? string.Empty : $" ({reason})")}");

    /// <summary>The node of a shard gave an answer that cannot be one to the question: 503.</summary>
    public static RequestException WrongAnswer(NodeShards shards, string reason) => Handler(
        StatusCodes.Status503ServiceUnavailable,
        $"node '{shards.Node}' gave an answer that cannot be used: {Describe(shards)} is there ({reason})");

    /// <summary>The node of a shard was reached but did not say what became of a write: 503.</summary>
    public static RequestException OutcomeUnknown(NodeShards shards, string reason) => Handler(
        StatusCodes.Status503ServiceUnavailable,
        $"node '{shards.Node}' did not answer: {Describe(shards)} is there, and objects may have been written to it ({reason})");

    /// <summary>An error of the framework with a plain HTTP status as its code.</summary>
    public static RequestException Framework(int status, string message) => new(status, status, message);

    /// <summary>The request breaks the API description: 422 with a validation code.</summary>
    public static RequestException Validation(ValidationCode code, string message) =>
        new(StatusCodes.Status422UnprocessableEntity, (int)code, message);

    /// <summary>The body is not JSON.</summary>
    public static RequestException MalformedBody(string reason) =>
        Framework(StatusCodes.Status400BadRequest, $"parsing body body from \"\" failed, because {reason}");

    private static string Describe(NodeShards shards) =>
        $"shard '{string.Join("', '", shards.Shards.Select(shard => shard.Name))}' of class '{shards.Class.Name}'";
}
