using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sluice.Kubernetes.Api.Reading;
using Sluice.Kubernetes.Objects;
using Xunit;

namespace Sluice.Tests.Api;

/// <summary>Large clusters: 10,000 Services of 10 endpoints each.</summary>
public sealed class ApiScaleTests(ITestOutputHelper output)
{
    private const int Services = 10_000;
    private const int Endpoints = 10;

    [Fact]
    public async Task A_list_of_any_length_is_read_through_a_window_that_holds_some_objects()
    {
        await using var text = new RepeatedList(Services, ApiObjects.Slice(1, Endpoints));
        using var feed = new ApiFeed(text, TimeProvider.System);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var page = await new ListReader(feed, new ObjectReader(ObjectKind.EndpointSlice), "EndpointSliceList").ReadAsync(TestContext.Current.CancellationToken);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{text.Length / 1e6:F1} MB of JSON through a window of {feed.Capacity >> 10} KB; {allocated / 1e6:F1} MB allocated"));
        Assert.Equal(Services, page.Objects.Count);
        Assert.All(page.Objects, o => Assert.Equal(Endpoints, ((EndpointSlice)o.Object!).Endpoints.Count));
        Assert.InRange(feed.Capacity, 1, 128 << 10);
    }

    [Fact]
    public async Task Ten_thousand_Services_are_listed_over_TLS_and_followed()
    {
        await using var rig = await ApiRig.CreateAsync(step: 0.001);
        for (var s = 0; s < Services; s++)
        {
            rig.Store.Set(ApiObjects.Service(s));
            rig.Store.Set(ApiObjects.Slice(s, Endpoints));
        }

        rig.Store.Compact();
        var (start, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        rig.Follow();
        await ApiRig.UntilAsync(() => rig.IsComplete, "the lists");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"listed in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms, {(Environment.CpuUsage.TotalTime - processor).TotalMilliseconds:F0} ms of processors, the server's included"));
        await rig.SettledAsync("10,000 Services");
        start = Stopwatch.GetTimestamp();
        rig.Store.Set(ApiObjects.Slice(7, 3));
        await ApiRig.UntilAsync(() => rig.Find<EndpointSlice>(ApiObjects.Name(7) + "-abcde").Endpoints.Count == 3, "the change");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a change is known after {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F1} ms"));
        Assert.Empty(rig.Problems);
    }

    /// <summary>A list of the same object again and again, which is never in memory as a whole.</summary>
    private sealed class RepeatedList(int count, string item) : Stream
    {
        private readonly byte[] _item = Encoding.UTF8.GetBytes("," + item);
        private byte[] _part = """{"kind":"EndpointSliceList","metadata":{"resourceVersion":"7"},"items":[null"""u8.ToArray();
        private int _at;
        private int _parts;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => (long)count * _item.Length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int length) => Read(buffer.AsSpan(offset, length));

        public override int Read(Span<byte> buffer)
        {
            if (_at == _part.Length)
            {
                _parts++;
                _part = _parts <= count ? _item : _parts == count + 1 ? "]}"u8.ToArray() : [];
                _at = 0;
            }

            var taken = Math.Min(buffer.Length, _part.Length - _at);
            _part.AsSpan(_at, taken).CopyTo(buffer);
            _at += taken;
            return taken;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int length) => throw new NotSupportedException();
    }
}
