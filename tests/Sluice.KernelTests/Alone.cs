using Xunit;

namespace Sluice.KernelTests;

/// <summary>Tests of what the whole process has: they run when no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
