using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Tests.Experiments;

public class EngineBenchmarkTests
{
    [Fact]
    public void The_digest_is_that_of_every_other_machine() =>
        Assert.Equal("2c4a67313f10e5ae85cc48ab46c9ee1b3b34207b8f8d7270d3ecd6ba5203bb7b", EngineBenchmark.Digest()); // changes only with a reason in the commit message
}
