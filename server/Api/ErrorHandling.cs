using System.Globalization;
using Basalt.Engine;
using Basalt.Server.Diagnostics;

namespace Basalt.Server.Api;

/// <summary>Gives every failed request the body that clients expect, and keeps one failure from ending more than its request.</summary>
internal sealed class ErrorHandling(RequestDelegate next, ILogger logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (RequestException exception)
        {
            await AnswerAsync(context, exception);
            return;
        }
        catch (BadHttpRequestException exception)
        {
            await AnswerAsync(context, RequestException.Framework(exception.StatusCode, exception.Message));
            return;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody reads an answer.
            return;
        }
        catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace)
        {
            // Not logged with each request: the database tells when it begins and when it is over.
            await AnswerAsync(context, RequestException.Handler(StatusCodes.Status507InsufficientStorage, full.Message));
            return;
        }
        catch (Exception exception)
        {
            // The boundary of a request: whatever went wrong is logged with its stack and told to the caller.
            ServerLog.RequestFailed(logger, context.Request.Method, context.Request.Path, exception);
            await AnswerAsync(context, RequestException.Handler(StatusCodes.Status500InternalServerError, exception.Message));
            return;
        }

        await AnswerUnroutedAsync(context);
    }

    private static Task AnswerAsync(HttpContext context, RequestException error)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer is out; ending the connection is the only way left to say that it is incomplete.
            context.Abort();
            return Task.CompletedTask;
        }

        string? allow = context.Response.Headers.Allow;
        context.Response.Clear();
        context.Response.Headers.AccessControlAllowOrigin = "*";
        if (allow is not null)
        {
            context.Response.Headers.Allow = allow;
        }

        return JsonResponse.ErrorAsync(context, error);
    }

    private static Task AnswerUnroutedAsync(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        string path = context.Request.Path;
        return context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound when context.GetEndpoint() is null =>
                AnswerAsync(context, RequestException.Framework(StatusCodes.Status404NotFound, $"path {path} was not found")),
            StatusCodes.Status405MethodNotAllowed => AnswerAsync(context, RequestException.Framework(
                StatusCodes.Status405MethodNotAllowed,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"method {context.Request.Method} is not allowed, but [{string.Join(',', context.Response.Headers.Allow.ToArray())}] are"))),
            _ => Task.CompletedTask,
        };
    }
}
