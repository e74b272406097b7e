using System.Globalization;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Random;

public class StreamKeyTests
{
    // printf 'grpomc/stream/v1/seed/2503/tag/cell-a' | sha256sum  =>  be36f7a7 3b7afa1d ...
    [Theory]
    [InlineData(2503, "cell-a", 0xa7f736be, 0x1dfa7a3b)]
    [InlineData(ulong.MaxValue, "π", 0x5c6654dc, 0xe131abdd)]
    public void A_key_is_the_first_64_bits_of_a_published_text(ulong seed, string tag, uint k0, uint k1)
    {
        Assert.Equal(new StreamKey(k0, k1), StreamKey.Derive(1, seed, tag));
    }

    [Fact]
    public void A_key_does_not_depend_on_the_culture()
    {
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NegativeSign = "~" } };
            StreamKey strange = StreamKey.Derive(-1, 2503, "cell-a");
            CultureInfo.CurrentCulture = culture;
            Assert.Equal(StreamKey.Derive(-1, 2503, "cell-a"), strange);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Version_seed_and_tag_each_change_the_key()
    {
        StreamKey[] keys =
        [
            StreamKey.Derive(1, 1, "a"), StreamKey.Derive(2, 1, "a"), StreamKey.Derive(1, 2, "a"), StreamKey.Derive(1, 1, "b"),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }
}
