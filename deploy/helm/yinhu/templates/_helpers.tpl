{{/* Names and labels. Selectors hold only what never changes. */}}
{{- define "yinhu.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "yinhu.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- $name := include "yinhu.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{/* Call with (list $ component). */}}
{{- define "yinhu.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "yinhu.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "yinhu.labels" -}}
{{- $root := index . 0 -}}
{{ include "yinhu.selector" . }}
app.kubernetes.io/part-of: yinhu
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end }}

{{/* A service's settings: its own over the defaults. Call with (list $ name). */}}
{{- define "yinhu.service" -}}
{{- $root := index . 0 -}}
{{- $own := index $root.Values.services (index . 1) | default dict -}}
{{- mergeOverwrite (deepCopy $root.Values.defaults) $own | toJson }}
{{- end }}

{{/* Image of a service. A digest beats the tag. Call with (list $ name svc). */}}
{{- define "yinhu.image" -}}
{{- $root := index . 0 -}}
{{- $svc := index . 2 -}}
{{- $path := printf "%s/%s" $root.Values.image.repository (index . 1) -}}
{{- if $root.Values.global.imageRegistry -}}
{{- $path = printf "%s/%s" $root.Values.global.imageRegistry $path -}}
{{- end -}}
{{- if $svc.digest -}}
{{ $path }}@{{ $svc.digest }}
{{- else -}}
{{ $path }}:{{ $root.Values.image.tag | default $root.Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* Image of a server or a test, behind the same registry. (list $ image) */}}
{{- define "yinhu.foreignImage" -}}
{{- $root := index . 0 -}}
{{- if $root.Values.global.imageRegistry -}}
{{ $root.Values.global.imageRegistry }}/
{{- end -}}
{{ index . 1 }}
{{- end }}

{{- define "yinhu.pullSecrets" -}}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The "restricted" level of the Pod Security Standards, and stricter. */}}
{{- define "yinhu.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "yinhu.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* One settings file. Helm makes every number a float: big ones would come
     out as 1e+06. Call with a dict. */}}
{{- define "yinhu.config" -}}
{{- range $key, $value := . }}
{{ $key }}: {{ if kindIs "float64" $value }}{{ int64 $value }}{{ else if kindIs "string" $value }}{{ quote $value }}{{ else }}{{ $value }}{{ end }}
{{- end }}
{{- end }}

{{/* Settings of one service: common, its own, and what the chart knows.
     Call with (list $ name svc). */}}
{{- define "yinhu.serviceConfig" -}}
{{- $root := index . 0 -}}
{{- $svc := index . 2 -}}
{{- $drain := mul (sub (int64 $svc.terminationGracePeriodSeconds) 10) 1000 -}}
{{- $known := dict "admin_addr" (printf "0.0.0.0:%d" (int64 $svc.adminPort)) "drain_ms" $drain -}}
{{- if eq (index . 1) "dialer" -}}
{{- $sip := $root.Values.sip -}}
{{- $known = merge $known (dict
      "sip_listen" (printf "0.0.0.0:%d" (int64 $sip.port))
      "trunk_addr" (required "sip.trunkAddr: the address of your SBC, HOST[:PORT]" $sip.trunkAddr)
      "trunk_name" $sip.trunkName
      "caller_ids" (join "," $sip.callerIds)
      "rtp_min" $sip.rtpPortMin
      "rtp_max" $sip.rtpPortMax) -}}
{{- with int64 $sip.tlsPort -}}
{{- $_ := set $known "sip_tls_listen" (printf "0.0.0.0:%d" .) -}}
{{- end -}}
{{- end -}}
{{- include "yinhu.config" (mergeOverwrite (dict) $known $root.Values.config $svc.config) | trim }}
{{- end }}

{{/* Where a file, or without a key a folder, of `files` is in the pod. */}}
{{- define "yinhu.filePath" -}}
/etc/yinhu-files/{{ .setting }}{{ with .key }}/{{ . }}{{ end }}
{{- end }}

{{/* An environment variable with the URL of a server.
     Call with (list $ NAME connection). */}}
{{- define "yinhu.urlEnv" -}}
{{- $root := index . 0 -}}
{{- $at := index . 2 -}}
- name: {{ index . 1 }}
{{- if $at.url }}
  value: {{ $at.url | quote }}
{{- else }}
  valueFrom:
    secretKeyRef:
      name: {{ $root.Values.connections.existingSecret }}
      key: {{ $at.secretKey }}
{{- end }}
{{- end }}
