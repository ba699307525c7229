// Canonical path and image query as a CloudFront Function (runtime cloudfront-js-2.0). Not deployed by the stack:
// viewer-request of handlers/edge decides the same. It is for behaviours with transformations and nothing else
// to decide, where a function on every request should cost less; it knows no tokens and drops their parameters.
//
// The rules are those of handlers/edge/paths.py and handlers/edge/transforms.py, where they are explained; both
// are held to tests/vectors/paths.json and tests/vectors/transforms.json. Only what the runtime has is used: no
// classes, no destructuring, no flags on regular expressions but g.
// Source: Amazon CloudFront Developer Guide, "JavaScript runtime 2.0 features for CloudFront Functions" and
// "CloudFront Functions event structure" (names and values of parameters come as they are in the URL).

var LONGEST_KEY_BYTES = 1024;
var LONGEST_QUERY = 2048;
var LONGEST_ACCEPT = 1024;

var PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;
var FORBIDDEN = new RegExp(
    '[\\x00-\\x1f\\x7f-\\x9f\\\\\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff' +
    '\\ufff9-\\ufffb\\ufffe\\uffff]|\\ud82f[\\udca0-\\udca3]|\\ud834[\\udd73-\\udd7a]|\\udb40[\\udc00-\\udc7f]' +
    '|//|%[0-9A-Fa-f]{2}'
);
var WEIGHT = /^(1(\.0{0,3})?|0\.(?!0*$)[0-9]{1,3})$/;
var RASTER = /\.(jpe?g|png|webp|gif|avif|tiff?)$/;
var ORDER = ['w', 'h', 'fit', 'f', 'fm', 'q', 'r', 'bg', 'fl'];
var GOOD = {
    w: /^([1-9][0-9]{0,2}|[1-3][0-9]{3}|4000)$/,
    h: /^([1-9][0-9]{0,2}|[1-3][0-9]{3}|4000)$/,
    fit: /^(pad|fill|scale|crop|thumb)$/,
    f: /^(center|top|right|bottom|left|top_right|top_left|bottom_right|bottom_left|faces?)$/,
    fm: /^(jpg|png|webp|gif|avif|tiff|auto)$/,
    q: /^([1-9][0-9]?|100)$/,
    r: /^(max|(0|[1-9][0-9]{0,2}|[1-3][0-9]{3}|4000)(\.0)?)$/,
    bg: /^rgb:[0-9a-fA-F]{6}$/,
    fl: /^(progressive|png8)$/
};
var FORMAT_OF_FLAG = { progressive: 'jpg', png8: 'png' };

function handler(event) {
    var request = event.request;
    var path = canonicalPath(request.uri);
    var accept = request.headers.accept ? request.headers.accept.value : null;
    var query = path !== null && RASTER.test(path.toLowerCase()) ? canonicalQuery(request.querystring, accept) : {};
    if (path === null || query === null) {
        return {
            statusCode: 400,
            statusDescription: 'Bad Request',
            headers: { 'cache-control': { value: 'no-store' } }
        };
    }
    request.uri = path;
    request.querystring = query;
    return request;
}

// The one path that stands for what `uri` names; null where nothing can be meant.
function canonicalPath(uri) {
    var text = uri.replace(PAIR, 'x').length > 1 + 3 * LONGEST_KEY_BYTES ? null : decoded(uri);
    if (text === null || uri.charAt(0) !== '/' || FORBIDDEN.test(text)) {
        return null;
    }
    var path = '/' + withoutDotSegments(text.split('/').slice(1)).map(encoded).join('/');
    return path.replace(/%../g, 'x').length - 1 > LONGEST_KEY_BYTES ? null : path;
}

function withoutDotSegments(segments) {
    var kept = [];
    segments.forEach(function (segment) {
        if (segment === '..') {
            kept.pop();
        } else if (segment !== '.') {
            kept.push(segment);
        }
    });
    var last = segments[segments.length - 1];
    return last === '.' || last === '..' ? kept.concat('') : kept;
}

// The transformation as an object of parameters, in their order; empty for none, null for what there is not.
function canonicalQuery(querystring, accept) {
    var asked = askedFor(querystring);
    if (asked === null) {
        return null;
    }
    var found = {};
    dropped(asked, accept);
    ORDER.forEach(function (name) {
        if (asked[name]) {
            found[name] = { value: encoded(asked[name]) };
        }
    });
    return found;
}

function askedFor(querystring) {
    var asked = {};
    var length = -1;
    var good = true;
    Object.keys(querystring).forEach(function (written) {
        var name = decoded(written);
        var values = querystring[written].multiValue || [querystring[written]];
        values.forEach(function (one) {
            length += written.length + one.value.length + 2;
            if (name !== null && has(GOOD, name)) {
                var value = decoded(one.value);
                good = good && value !== null && GOOD[name].test(value) && !has(asked, name);
                asked[name] = value;
            }
        });
    });
    return good && length <= LONGEST_QUERY ? asked : null;
}

// Takes out what has no effect. The order counts: what is dropped gives no meaning to the rest.
function dropped(asked, accept) {
    if (asked.fm === 'auto') {
        asked.fm = bestFormat(accept);
    }
    if (!asked.w && !asked.h) {
        asked.fit = '';
    }
    if (!asked.fit || asked.fit === 'scale' || asked.f === 'center') {
        asked.f = '';
    }
    asked.r = (asked.r || '').replace(/\.0$/, '').replace(/^0$/, '');
    asked.bg = asked.fit === 'pad' || asked.r ? (asked.bg || '').toLowerCase() : '';
    if (asked.fm === 'png') {
        asked.q = '';
    }
    if (asked.fm && asked.fl && asked.fm !== FORMAT_OF_FLAG[asked.fl]) {
        asked.fl = '';
    }
}

function bestFormat(accept) {
    var said = {};
    if (accept === null || accept.length > LONGEST_ACCEPT) {
        return '';
    }
    accept.toLowerCase().split(',').forEach(function (part) {
        var pieces = part.split(';').map(trimmed);
        var taken = pieces.slice(1).every(function (parameter) {
            var at = (parameter + '=').indexOf('=');
            return trimmed(parameter.slice(0, at)) !== 'q' || WEIGHT.test(trimmed(parameter.slice(at + 1)));
        });
        said[pieces[0]] = taken && said[pieces[0]] !== false;
    });
    return said['image/avif'] === true ? 'avif' : said['image/webp'] === true ? 'webp' : '';
}

function trimmed(text) {
    return text.replace(/^[ \t]+|[ \t]+$/g, '');
}

// What `text` says with its escapes decoded once; null for a bad escape and for what is no UTF-8.
function decoded(text) {
    try {
        return /[\ud800-\udfff]/.test(text.replace(PAIR, '')) ? null : decodeURIComponent(text);
    } catch (error) {
        return null;
    }
}

function encoded(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, function (character) {
        return '%' + character.charCodeAt(0).toString(16).toUpperCase();
    });
}

function has(object, name) {
    return Object.prototype.hasOwnProperty.call(object, name);
}
