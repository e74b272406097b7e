using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Random;

public class PhiloxTests
{
    // kat_vectors of Random123 1.14: philox4x32 10, counter, key, expected.
    private static readonly uint[][] KnownAnswers =
    [
        [0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
        [
            0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
            0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd,
        ],
        [
            0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0,
            0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
        ],
    ];

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Every_width_gives_the_published_answers(string isa)
    {
        IPhilox philox = Philox.For(Widths.Parse(isa));
        ulong[] planes = new ulong[Philox.BatchWords];
        foreach (uint[] answer in KnownAnswers)
        {
            UInt128 counter = new(((ulong)answer[3] << 32) | answer[2], ((ulong)answer[1] << 32) | answer[0]);
            uint call = answer[0] % Philox.BatchCalls;
            philox.Fill(new StreamKey(answer[4], answer[5]), counter - call, planes);
            for (int word = 0; word < 4; word++)
            {
                ulong pair = planes[(word * Philox.PlaneWords) + ((int)call / 2)];
                Assert.Equal(answer[6 + word], (uint)(pair >> (32 * ((int)call % 2))));
            }
        }
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Every_width_equals_scalar_on_every_length(string isa)
    {
        IPhilox philox = Philox.For(Widths.Parse(isa));
        PhiloxScalar specification = new();
        System.Random random = new(1);
        for (int trial = 0; trial < 200; trial++)
        {
            StreamKey key = new((uint)random.NextInt64(), (uint)random.NextInt64());
            UInt128 counter = new((ulong)random.NextInt64() * 3, (ulong)random.NextInt64() * 3);

            // Every other trial carries from the low words into the high ones within the fill.
            counter = (trial % 2 == 0 ? counter : counter | ulong.MaxValue << (trial % 32)) & ~(UInt128)(Philox.BatchCalls - 1);
            int batches = trial % 10;
            ulong[] expected = new ulong[batches * Philox.BatchWords];
            ulong[] actual = new ulong[(batches * Philox.BatchWords) + 8];
            Array.Fill(actual, 0xABCDUL);
            specification.Fill(key, counter, expected);
            philox.Fill(key, counter, actual.AsSpan(0, expected.Length));
            Assert.Equal(expected, actual[..expected.Length]);
            Assert.All(actual[expected.Length..], word => Assert.Equal(0xABCDUL, word));
        }
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void A_fill_is_the_same_in_one_piece_or_many(string isa)
    {
        IPhilox philox = Philox.For(Widths.Parse(isa));
        StreamKey key = new(3, 4);
        StreamAddress address = new(5, 6, 7, StreamPurpose.Rollouts);
        ulong[] whole = new ulong[7 * Philox.BatchWords];
        ulong[] pieces = new ulong[whole.Length];
        philox.Fill(key, address.Counter(100), whole);
        for (int batch = 0, length; batch < 7; batch += length)
        {
            length = Math.Min(1 + batch, 7 - batch);
            Span<ulong> piece = pieces.AsSpan(batch * Philox.BatchWords, length * Philox.BatchWords);
            philox.Fill(key, address.Counter(100 + batch), piece);
        }

        Assert.Equal(whole, pieces);
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Only_whole_batches_are_filled(string isa)
    {
        IPhilox philox = Philox.For(Widths.Parse(isa));
        Assert.Throws<ArgumentException>(() => philox.Fill(default, 0, new ulong[Philox.BatchWords - 1]));
        Assert.Throws<ArgumentException>(() => philox.Fill(default, 1, new ulong[Philox.BatchWords]));
    }
}
