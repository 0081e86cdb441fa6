using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Manifests;

namespace Sluice.Kubernetes.Configuration;

/// <summary>
/// A configuration file, watched. A change is noticed within milliseconds, however it is written: in place, by a file put in its place, or as the
/// kubelet changes a mounted ConfigMap; a slow look finds what the kernel's notifications missed. A file that goes away is waited for.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="time">The clock.</param>
public sealed class ConfigurationWatch(string path, TimeProvider time)
{
    // Programs write in more than one step: what is read twice alike, so far apart, is taken for whole.
    private static readonly TimeSpan s_settling = TimeSpan.FromMilliseconds(20);

    private const int MaxSettlings = 50;

    private static readonly TimeSpan s_rescan = TimeSpan.FromSeconds(10);

    // Where nothing else tells of changes.
    private static readonly TimeSpan s_quickRescan = TimeSpan.FromSeconds(1);

    private byte[] _content = [];

    /// <summary>Reads the file as it is now; <see cref="WatchAsync"/> tells of what differs from it.</summary>
    public ConfigurationResult Read()
    {
        try
        {
            _content = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ConfigurationResult.Refused(new ManifestProblem(path, 0, $"cannot be read: {Shown.Line(e.Message)}"));
        }

        return Parse();
    }

    /// <summary>Reads the file whenever it has changed, until cancelled.</summary>
    public async IAsyncEnumerable<ConfigurationResult> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var watch = new ManifestWatch(path, () => signals.Writer.TryWrite(true));
        while (true)
        {
            // Anew each time: the folder may be another one by now.
            var isQuick = watch.Start() is not null || !File.Exists(path);
            if (await SettleAsync(cancellationToken) is { } content && !content.AsSpan().SequenceEqual(_content))
            {
                _content = content;
                yield return Parse();
            }

            await WaitAsync(signals.Reader, isQuick ? s_quickRescan : s_rescan, cancellationToken);
        }
    }

    private ConfigurationResult Parse()
    {
        using var stream = new MemoryStream(_content, writable: false);
        return ConfigurationReader.Read(stream, path);
    }

    // What a program is still writing, or is gone for a moment, is none yet.
    private async Task<byte[]?> SettleAsync(CancellationToken cancellationToken)
    {
        byte[]? last = null;
        for (var i = 0; i < MaxSettlings; i++)
        {
            var content = TryRead();
            if (content is null || content.AsSpan().SequenceEqual(last ?? _content))
            {
                return content;
            }

            last = content;
            await Task.Delay(s_settling, time, cancellationToken);
        }

        return null;
    }

    private byte[]? TryRead()
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It counts as it was; it is looked for again soon.
            return null;
        }
    }

    private async Task WaitAsync(ChannelReader<bool> signals, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timeout = Task.Delay(atMost, time, end.Token);
        await Task.WhenAny(signals.WaitToReadAsync(end.Token).AsTask(), timeout);
        await end.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        _ = signals.TryRead(out _);
    }
}
