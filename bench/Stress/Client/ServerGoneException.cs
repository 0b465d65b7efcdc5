namespace Basalt.Bench.Stress.Client;

/// <summary>The connection broke before there was an answer: the request was carried out or it was not.</summary>
internal sealed class ServerGoneException(string message, Exception? inner = null) : Exception(message, inner);
