using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// JSON in the one form that RFC 8785 (JCS) gives it: members sorted, no white space, numbers as ECMAScript writes them. What is hashed
/// has this form, so that anyone can recompute an identity with a library for it.
/// </summary>
internal static class CanonicalJson
{
    public static string Of(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.ToString();
    }

    /// <summary>SHA-256 of a text's UTF-8 bytes, 64 lower-case hexadecimal digits.</summary>
    public static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static void Append(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                text.Append('{');
                string separator = "";
                foreach ((string name, JsonNode? value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
                {
                    text.Append(separator);
                    AppendText(text, name);
                    text.Append(':');
                    Append(text, value);
                    separator = ",";
                }

                text.Append('}');
                break;
            case JsonArray elements:
                text.Append('[');
                for (int i = 0; i < elements.Count; i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    Append(text, elements[i]);
                }

                text.Append(']');
                break;
            case JsonValue value when value.TryGetValue(out string? s):
                AppendText(text, s);
                break;
            case JsonValue value when value.TryGetValue(out bool b):
                text.Append(b ? "true" : "false");
                break;
            case JsonValue value:
                text.Append(Number(double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)));
                break;
        }
    }

    private static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\f' => "\\f",
                '\r' => "\\r",
                < ' ' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        text.Append('"');
    }

    // ECMAScript's Number::toString, from the same shortest digits that .NET finds.
    private static string Number(double value)
    {
        if (value == 0)
        {
            return "0";
        }

        string sign = value < 0 ? "-" : "";
        string roundTrip = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        string digits = new([.. roundTrip.TakeWhile(c => c != 'E').Where(char.IsAsciiDigit)]);
        digits = digits.TrimStart('0').TrimEnd('0');

        // The value is 0.d1 d2 ... dk 10^n.
        int n = PointAfter(roundTrip);
        int k = digits.Length;
        return sign + n switch
        {
            _ when k <= n && n <= 21 => digits + new string('0', n - k),
            > 0 and <= 21 => $"{digits[..n]}.{digits[n..]}",
            > -6 and <= 0 => $"0.{new string('0', -n)}{digits}",
            _ => $"{digits[0]}{(k > 1 ? "." : "")}{digits[1..]}e{(n > 0 ? "+" : "-")}{Math.Abs(n - 1)}",
        };
    }

    // n such that the number written is 0.d1 d2 ... 10^n with d1 not 0.
    private static int PointAfter(string number)
    {
        int e = number.IndexOf('E');
        int exponent = e < 0 ? 0 : int.Parse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string mantissa = e < 0 ? number : number[..e];
        int point = mantissa.IndexOf('.');
        string whole = (point < 0 ? mantissa : mantissa[..point]).TrimStart('0');
        if (whole.Length > 0)
        {
            return exponent + whole.Length;
        }

        string fraction = mantissa[(point + 1)..];
        return exponent - (fraction.Length - fraction.TrimStart('0').Length);
    }
}
