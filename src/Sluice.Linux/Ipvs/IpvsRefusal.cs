namespace Sluice.Linux.Ipvs;

/// <summary>A step that the kernel did not carry out.</summary>
/// <param name="Step">Its index among the steps.</param>
/// <param name="Message">What it was about, and why: one sentence.</param>
public sealed record IpvsRefusal(int Step, string Message);
