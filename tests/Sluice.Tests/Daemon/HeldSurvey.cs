using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>An audit whose survey has read the kernel and is not told of it until <see cref="EndAsync"/>: whatever happens in between happens meanwhile.</summary>
internal sealed class HeldSurvey : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly NftWorkerRig _rig;
    private readonly ManualResetEventSlim _hasRead = new();
    private readonly ManualResetEventSlim _goesOn = new();

    private HeldSurvey(NftWorkerRig rig) => _rig = rig;

    /// <summary>Begins an audit; null when it needs no survey, or fails before.</summary>
    public static async Task<HeldSurvey?> BeginAsync(NftWorkerRig rig)
    {
        var held = new HeldSurvey(rig);
        rig.Kernel.OnSurvey = held.Hold;
        _ = await rig.SyncOnceAsync(audits: true);
        if (rig.Worker.Survey is not { IsCompleted: false })
        {
            rig.Kernel.OnSurvey = () => { };
            held.Dispose();
            return null;
        }

        Assert.True(held._hasRead.Wait(s_patience, TestContext.Current.CancellationToken));
        return held;
    }

    /// <summary>Lets the survey end and syncs as it asks for. Whether that succeeded.</summary>
    public async Task<bool> EndAsync()
    {
        var survey = _rig.Worker.Survey;
        _rig.Kernel.OnSurvey = () => { };
        _goesOn.Set();
        if (survey is not null)
        {
            await survey;
        }

        return await _rig.SyncOnceAsync();
    }

    public void Dispose()
    {
        _goesOn.Set();
        _hasRead.Dispose();
        _goesOn.Dispose();
    }

    private void Hold()
    {
        _hasRead.Set();
        Assert.True(_goesOn.Wait(s_patience));
    }
}
