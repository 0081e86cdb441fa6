namespace Sluice.Kubernetes.Api.Connection;

/// <summary>Who asks, as a credential plugin says: asked first when needed, then when what it said ends or is refused.</summary>
internal sealed class PluginIdentity(ExecPlugin plugin, ApiConnection connection, TimeProvider time, IExecCredentialRunner? runner) : IDisposable
{
    // What is refused right after it was given would be refused again.
    private static readonly TimeSpan s_leastAge = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _gate = new(1);
    private PluginAnswer? _last;
    private long _asked;

    public async Task<Identity> GetAsync(bool isRefused, KeyPair? pair, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var isOld = isRefused && time.GetElapsedTime(_asked) >= s_leastAge;
            if (_last is null || isOld || (_last.Expires is { } end && end <= time.GetUtcNow()))
            {
                _last = await AskAsync(cancellationToken).ConfigureAwait(false);
                _asked = time.GetTimestamp();
            }

            return new Identity(_last.Token is { } token ? Authenticator.Bearer(token) : null, _last.Pair ?? pair);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<PluginAnswer> AskAsync(CancellationToken cancellationToken)
    {
        if (runner is null)
        {
            throw new ApiFault(ApiFaultKind.Failed, $"the user's credential plugin {plugin.Command} cannot be run here");
        }

        if (plugin.NeedsPerson)
        {
            throw new ApiFault(ApiFaultKind.Failed, $"the credential plugin {plugin.Command} wants to ask a person (interactiveMode Always), and there is none");
        }

        var environment = plugin.Environment.Append(KeyValuePair.Create("KUBERNETES_EXEC_INFO", PluginProtocol.Question(plugin, connection)));
        var output = await runner.RunAsync(new ExecCommand(plugin.Command, plugin.Arguments, [.. environment]), cancellationToken).ConfigureAwait(false);
        if (output.Problem is { } problem)
        {
            var hint = output.IsMissing && plugin.InstallHint.Length > 0 ? $": {Json.Shown.Line(plugin.InstallHint.Trim())}" : "";
            throw new ApiFault(ApiFaultKind.Failed, $"the credential plugin {plugin.Command} failed: {Json.Shown.Line(problem)}{hint}");
        }

        return PluginProtocol.ReadAnswer(plugin, output.Text.Span);
    }
}
