using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Random;

public class StreamAddressTests
{
    [Fact]
    public void Fields_lie_where_stream_v1_says()
    {
        UInt128 counter = new StreamAddress(1, 1, 1, (StreamPurpose)1).Counter(1);
        Assert.Equal((UInt128.One << 88) | (UInt128.One << 68) | (UInt128.One << 48) | (UInt128.One << 44) | 16, counter);
    }

    [Fact]
    public void Another_purpose_changes_nothing_else()
    {
        StreamAddress rollouts = new(5, 6, 7, StreamPurpose.Rollouts), counts = new(5, 6, 7, StreamPurpose.Counts);
        Assert.Equal(counts, rollouts.With(StreamPurpose.Counts));
        Assert.Equal(rollouts, counts.With(StreamPurpose.Rollouts));
        Assert.Throws<ArgumentOutOfRangeException>("purpose", () => rollouts.With((StreamPurpose)16));
    }

    [Fact]
    public void The_largest_fields_fill_the_counter_without_overlap()
    {
        UInt128[] fields =
        [
            new StreamAddress(StreamAddress.MaxReplicate, 0, 0, 0).Counter(0),
            new StreamAddress(0, StreamAddress.MaxIteration, 0, 0).Counter(0),
            new StreamAddress(0, 0, StreamAddress.MaxPrompt, 0).Counter(0),
            new StreamAddress(0, 0, 0, (StreamPurpose)StreamAddress.MaxPurpose).Counter(0),
            new StreamAddress(0, 0, 0, 0).Counter(StreamAddress.MaxBatch),
            Philox.BatchCalls - 1,
        ];
        UInt128 union = 0;
        foreach (UInt128 field in fields)
        {
            Assert.Equal(UInt128.Zero, union & field);
            union |= field;
        }

        Assert.Equal(UInt128.MaxValue, union);
    }

    [Fact]
    public void Another_purpose_changes_only_the_purpose()
    {
        foreach (StreamPurpose purpose in Enum.GetValues<StreamPurpose>())
        {
            Assert.Equal(new StreamAddress(5, 6, 7, purpose), new StreamAddress(5, 6, 7, (StreamPurpose)StreamAddress.MaxPurpose).With(purpose));
        }
    }

    [Theory]
    [InlineData(-1, 0, 0, 0, "replicate")]
    [InlineData(1L << 40, 0, 0, 0, "replicate")]
    [InlineData(0, -1, 0, 0, "iteration")]
    [InlineData(0, 1 << 20, 0, 0, "iteration")]
    [InlineData(0, 0, -1, 0, "prompt")]
    [InlineData(0, 0, 1 << 20, 0, "prompt")]
    [InlineData(0, 0, 0, -1, "purpose")]
    [InlineData(0, 0, 0, 16, "purpose")]
    public void A_field_out_of_range_is_named(long replicate, int iteration, int prompt, int purpose, string name)
    {
        Assert.Throws<ArgumentOutOfRangeException>(name, () => new StreamAddress(replicate, iteration, prompt, (StreamPurpose)purpose));
    }

    [Fact]
    public void A_batch_out_of_range_is_refused()
    {
        StreamAddress address = new(0, 0, 0, StreamPurpose.Rollouts);
        Assert.Throws<ArgumentOutOfRangeException>("batch", () => address.Counter(-1));
        Assert.Throws<ArgumentOutOfRangeException>("batch", () => address.Counter(StreamAddress.MaxBatch + 1));
    }

    [Fact]
    public void Rounds_of_an_address_are_2_to_the_34_calls_apart()
    {
        StreamAddress address = new(3, 5, 7, StreamPurpose.Groups);
        Assert.Equal(address.Counter(2), address.Round(0).Counter(2));
        Assert.Equal(address.Counter(2) + ((UInt128)9 << 34), address.Round(9).Counter(2));
        Assert.Equal(address.Counter(0) + ((UInt128)1023 << 34), address.Round(StreamAddress.MaxRound).Counter(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => address.Round(StreamAddress.MaxRound + 1));
    }
}
